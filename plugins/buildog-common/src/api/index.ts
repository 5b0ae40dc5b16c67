export * from './BuildogApi';
export * from './requests';
