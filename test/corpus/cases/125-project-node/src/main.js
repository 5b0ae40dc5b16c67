const left = require('left');
console.log(left(' hi '));
