/**
 * The arrows of the house: services -> packages -> contracts; a service never imports another service; tests and bench may import all.
 * The check that runs this also asserts how many modules it read: without its own TypeScript it reads none and reports success.
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-are-strangers',
      comment: 'What a service needs of another it asks for on the bus.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'nobody-imports-a-process-edge',
      severity: 'error',
      from: {},
      to: { path: '^services/[^/]+/src/main[.]ts$' },
    },
    {
      name: 'packages-know-no-services',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/testing/' },
      to: { path: '^(services|infra|tests|bench)/' },
    },
    {
      name: 'testing-knows-no-services',
      severity: 'error',
      from: { path: '^packages/testing/' },
      to: { path: '^(services|tests|bench)/' },
    },
    {
      name: 'services-know-no-deployment',
      severity: 'error',
      from: { path: '^services/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(infra|tests|bench|packages/testing)/' },
    },
    {
      name: 'infra-starts-services-and-imports-none',
      severity: 'error',
      from: { path: '^infra/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(services|tests|bench|packages/testing)/' },
    },
    {
      name: 'contracts-know-nobody',
      severity: 'error',
      from: { path: '^packages/contracts/' },
      to: { path: '^packages/', pathNot: '^packages/contracts/' },
    },
    {
      name: 'sandbox-knows-nobody',
      comment: 'It runs code of strangers: no bus, no tables, no tokens within reach.',
      severity: 'error',
      from: { path: '^packages/sandbox/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(packages|services|infra)/', pathNot: '^packages/sandbox/' },
    },
    {
      name: 'bus-knows-contracts-only',
      severity: 'error',
      from: { path: '^packages/bus/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/(bus|contracts)/' },
    },
    {
      name: 'tenant-db-knows-bus-and-contracts-only',
      severity: 'error',
      from: { path: '^packages/tenant-db/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/(tenant-db|bus|contracts)/' },
    },
    {
      name: 'api-knows-bus-and-contracts-only',
      severity: 'error',
      from: { path: '^packages/api/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/(api|bus|contracts)/' },
    },
    {
      name: 'process-knows-no-tables',
      severity: 'error',
      from: { path: '^packages/process/', pathNot: '[.]test[.]ts$' },
      to: { path: '^packages/', pathNot: '^packages/(process|bus|contracts)/' },
    },
    {
      name: 'only-tests-use-testing',
      severity: 'error',
      from: { path: '^packages/', pathNot: '(^packages/testing/|[.]test[.]ts$)' },
      to: { path: '^packages/testing/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(node:|bun:)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|fixtures)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
