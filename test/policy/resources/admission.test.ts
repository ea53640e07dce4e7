// Every object of the conformance data of which Calico's own code said whether it is admitted and
// what Felix does with it once it is stored.
import { describe, expect, test } from 'vitest';
import {
  admissionRows,
  checkAdmission,
  decodeRow,
  isUnfitForPromotion,
} from '../../conformance/check-admission.ts';

const rows = admissionRows();

describe('conformance of admission', () => {
  test('enforcement mode refuses what the API server refuses, calico mode keeps what Felix keeps', () => {
    const { total, failures } = checkAdmission();
    expect(total).toBe(747);
    expect(failures).toEqual([]);
  });

  test('enforcement mode holds inert what is admitted and then dropped', () => {
    const wrong = rows.filter((row) => {
      if (row.stage !== 'felix' || isUnfitForPromotion(row)) return false;
      const { policies, problems } = decodeRow(row, 'enforcement');
      return (
        policies[0]?.state !== 'inert' || problems.every(({ severity }) => severity === 'error')
      );
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('calico mode never has errors', () => {
    const wrong = rows.filter((row) =>
      decodeRow(row, 'calico').problems.some(({ severity }) => severity === 'error'),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('whatever is not taken as it stands is said', () => {
    const wrong = rows.filter(
      (row) => !row.valid && decodeRow(row, 'calico').problems.length === 0,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});
