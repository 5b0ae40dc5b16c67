echo x > o/owned; chown 1234:4321 o/owned; mkdir o/d; chown 7:8 o/d; ln -s owned o/l; chown -h 9:10 o/l
