/** Functions get the namespace as it is; nothing here reads its types. */
declare module 'lodash-es';
