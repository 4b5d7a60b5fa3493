/** What the server said. */
export interface Acknowledgement {
  /** Whether anybody was subscribed (MQTT 5, reason 0x10 says nobody was). */
  readonly matched: boolean;
}

/** The two stages of a publish. Neither needs to be waited for; what fails is told to the `refused` listeners as well. */
export interface Receipt {
  /** The place of the message in its spool. */
  readonly sequence: number;
  /** It is in the spool: on disk, with a spool that is durable, and it will be sent however this process ends. */
  readonly spooled: Promise<void>;
  /** The server has it, as durable as the server makes things; or it was refused. */
  readonly acknowledged: Promise<Acknowledgement>;
}

export interface Settling {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: unknown) => void;
}

export function receipt(sequence: number, stored: Promise<void>): { receipt: Receipt; settling: Settling } {
  let settling!: Settling;
  const acknowledged = new Promise<Acknowledgement>((resolve, reject) => {
    settling = { resolve, reject };
  });
  // Who does not wait for them has not asked to be stopped by them.
  acknowledged.catch(() => undefined);
  stored.catch(settling.reject);
  return { receipt: { sequence, spooled: stored, acknowledged }, settling };
}
