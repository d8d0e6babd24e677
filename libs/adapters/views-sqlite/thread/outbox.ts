/** Messages of one turn go together: each sending wakes the other thread, which costs more than the message. */

export class Outbox<T> {
  private messages: T[] = [];

  /** `refused` gets messages that cannot be sent, because something in them cannot be copied to another thread. */
  constructor(
    private readonly send: (messages: readonly T[]) => void,
    private readonly refused: (message: T, error: unknown) => void,
  ) {}

  /** Sent when the promises that are settled now have had their turn. */
  put(message: T): void {
    this.messages.push(message);
    if (this.messages.length > 1) return;
    process.nextTick(() => {
      this.flush();
    });
  }

  flush(): void {
    const { messages } = this;
    if (messages.length === 0) return;
    this.messages = [];
    try {
      this.send(messages);
    } catch {
      for (const message of messages) this.sendAlone(message);
    }
  }

  private sendAlone(message: T): void {
    try {
      this.send([message]);
    } catch (error) {
      this.refused(message, error);
    }
  }
}
