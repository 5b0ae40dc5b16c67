/**
 * The words of Buildog as types and schemas, the permissions, and the client
 * of the controller's API. Isomorphic.
 *
 * @packageDocumentation
 */
export * from './annotations';
export * from './api';
export * from './client';
export * from './model';
export * from './permissions';
