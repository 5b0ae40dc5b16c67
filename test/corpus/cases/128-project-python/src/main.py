import tiny
print(tiny.NAME)
