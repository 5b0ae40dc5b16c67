mkdir t; echo x > t/x; mkdir link; echo l > link/f; tar cf a.tar --sort=name --mtime=2011-01-01T00:00:00Z --owner=0 --group=0 t link; rm -r t link
