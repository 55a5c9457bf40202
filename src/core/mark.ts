/** What every error of this library carries: errors cross frames and bundles, where `instanceof` lies. */
export const mark = Symbol.for('outro.error');
