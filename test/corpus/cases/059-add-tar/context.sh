mkdir t; echo a > t/a; mkdir t/d; echo b > t/d/b; chmod 700 t/d; ln -s a t/l; ln t/a t/h; chmod 4755 t/d/b
tar cf plain.tar --sort=name --mtime=2011-01-01T00:00:00Z --owner=11 --group=12 --numeric-owner t
gzip -nk plain.tar; mv plain.tar.gz zipped.tar.gz
tar cJf deep.tar.xz --sort=name --mtime=2011-01-01T00:00:00Z --owner=0 --group=0 t/d
tar cjf old.tar.bz2 --sort=name --mtime=2011-01-01T00:00:00Z --owner=0 --group=0 t/a
rm -r t
