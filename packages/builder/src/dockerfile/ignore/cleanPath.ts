/**
 * Shortest form of a path: no empty and no `.` elements, `..` resolved where
 * something stands before it, no slash at the end. An empty path is `.`
 * (what Go's `path.Clean` does, which every implementation of these formats
 * relies on).
 */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const elements: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') elements.push(element);
    else if (elements.length && elements[elements.length - 1] !== '..') {
      elements.pop();
    } else if (!rooted) elements.push(element);
  }
  return (rooted ? '/' : '') + elements.join('/') || '.';
}
