mkdir t; echo x > t/x; tar cf a.tar --sort=name --mtime=2011-01-01T00:00:00Z --owner=1 --group=2 --numeric-owner t; rm -r t
