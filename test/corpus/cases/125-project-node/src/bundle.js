const fs = require('fs');
fs.mkdirSync('out', { recursive: true });
fs.copyFileSync('src/main.js', 'out/main.js');
fs.writeFileSync(
  'out/manifest.json',
  JSON.stringify({ files: fs.readdirSync('src') }),
);
