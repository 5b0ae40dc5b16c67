truncate -s 2000000 sparse; echo x >> sparse
