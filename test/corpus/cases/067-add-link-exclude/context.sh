echo x > x; tar cf a.tar --mtime=2011-01-01T00:00:00Z --owner=0 --group=0 x; rm x
