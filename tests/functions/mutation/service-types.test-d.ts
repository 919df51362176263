/** What a mistake in a write's commands does at compile time. `tsc` is the test: an expected error that does not come is an error. */
import { DeletePublicAccessBlockCommand, PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { s3Writes } from "../../../config/catalog/s3-writes.ts";
import { mutationService } from "../../../functions/mutation/service.ts";

const client = (configuration: object) => new S3Client(configuration);
const { PutPublicAccessBlock, DeletePublicAccessBlock } = s3Writes;
const definition = { service: "s3", scope: "global", about: "", reads: {}, writes: { PutPublicAccessBlock, DeletePublicAccessBlock } } as const;
const [put, take] = [PutPublicAccessBlockCommand, DeletePublicAccessBlockCommand];

// Legal: the baseline that every case below differs from in one place.
mutationService(definition, { client, commands: { PutPublicAccessBlock: put, DeletePublicAccessBlock: take } });

// A command that is missing, one that is misspelt, and one that no write names.
// @ts-expect-error
mutationService(definition, { client, commands: { PutPublicAccessBlock: put } });
// @ts-expect-error
mutationService(definition, { client, commands: { PutPublicAccessBlock: put, DeletePublicAcessBlock: take } });
// @ts-expect-error
mutationService(definition, { client, commands: { PutPublicAccessBlock: put, DeletePublicAccessBlock: take, DeleteBucket: take } });
