echo s > 'n/with space'; echo q > "n/quo'te"; echo b > 'n/back\slash'; echo d > 'n/dollar$HOME'
echo n > "$(printf 'n/new\nline')"; echo u > n/ünïcödé; mkdir n/日本語; echo k > n/日本語/漢字
echo h > n/-dash; echo t > n/trailing.; mkdir n/...; echo dots > n/.../x; echo e > 'n/😀'
