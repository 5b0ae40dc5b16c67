import { z } from 'zod';

const FACTORS: Record<string, number> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};
const BYTES = /^(\d{1,15})(k|M|G|T|Ki|Mi|Gi|Ti)?$/;
const CPU = /^(\d{1,4}(?:\.\d{1,3})?|\d{1,7}m)$/;

/**
 * A number of bytes, written as Kubernetes writes memory: `512Mi`, `2Gi`,
 * `10G` or plain bytes.
 *
 * @see Kubernetes "Resource units"
 */
export const bytes = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .refine(text => BYTES.test(text), {
    message: 'write an amount of bytes as 512Mi, 2Gi or 10G',
  })
  .transform(text => {
    const [, amount, unit = ''] = BYTES.exec(text) ?? [];
    return Number(amount) * FACTORS[unit];
  })
  .refine(amount => amount > 0 && Number.isSafeInteger(amount), {
    message: 'an amount of bytes is above 0 and below 9 PB',
  });

/** Thousandths of a CPU, written `500m`, `1` or `1.5`. */
export const cpuMillis = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(text => CPU.test(text), {
    message: 'write CPU as 500m, 1 or 1.5',
  })
  .transform(text =>
    text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1_000,
  )
  .refine(millis => millis > 0, { message: 'CPU is above 0' });
