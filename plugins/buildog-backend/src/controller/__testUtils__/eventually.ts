/** Repeats expectations until they hold, for at most ten seconds. */
export async function eventually(
  expectations: () => void | Promise<void>,
): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await expectations();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }
}
