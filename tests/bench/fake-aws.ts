/** AWS as the workers see it, answering from memory; the time spent in it is counted, so that it can be taken off. */
import { CATALOG } from "../../config/catalog/index.ts";
import type { ServiceName } from "../../config/catalog/services.ts";
import type { Sts } from "../../functions/discovery/identity.ts";
import type { DiscoveryService } from "../../functions/discovery/service.ts";

/** Answers of one operation, given its input. */
export type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>>;

export class FakeAws {
  /** Milliseconds spent outside the project's own code. */
  outsideMs = 0;
  /** UTF-8 bytes of everything the service operations answered, as JSON. */
  rawBytes = 0;
  readonly objects = new Map<string, string>();

  async outside<T>(work: () => T | Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.outsideMs += performance.now() - began;
    }
  }

  readonly put = (key: string, body: string): Promise<void> => this.outside(() => void this.objects.set(key, body));

  /** @throws when nothing was put there, as S3 would. */
  readonly get = (key: string): Promise<string> =>
    this.outside(() => {
      const body = this.objects.get(key);
      if (body === undefined) throw new Error(`NoSuchKey: ${key}`);
      return body;
    });

  readonly sts: Sts = {
    assume: (role) => this.outside(() => ({ accessKeyId: role, secretAccessKey: "none", sessionToken: "none" })),
    whoAmI: ({ accessKeyId }) => this.outside(() => `${accessKeyId.replace("arn:aws:iam:", "arn:aws:sts:").replace(/:role\/(.*\/)?/, ":assumed-role/")}/bench`),
  };

  service(name: ServiceName, answers: Answers): DiscoveryService {
    return {
      definition: CATALOG[name],
      connect: () => ({
        send: (operation, input) =>
          this.outside(() => {
            const answer = answers[operation];
            if (!answer) throw new Error(`the benchmark has no answer for ${name}.${operation}`);
            const response = answer(input);
            this.rawBytes += Buffer.byteLength(JSON.stringify(response));
            return response;
          }),
      }),
    };
  }
}
