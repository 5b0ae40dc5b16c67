mkdir -p tree/empty tree/nested/empty
