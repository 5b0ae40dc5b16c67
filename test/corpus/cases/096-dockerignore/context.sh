mkdir node_modules sub/node_modules; echo n > node_modules/n; echo n > sub/node_modules/n
