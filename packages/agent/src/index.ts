export * from './protocol';
export * from './git';
