ln -s plain link
ln -s real dirlink
ln -s file tree/inner
ln -s ../plain tree/outer
ln -s /etc/passwd tree/absolute
ln -s nowhere tree/broken
