ln tree/a tree/b; mkdir tree/sub; ln tree/a tree/sub/c
