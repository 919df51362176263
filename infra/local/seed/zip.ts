/** A ZIP archive of one uncompressed file, which is all that a demo function's code needs. */
import { crc32 } from "node:zlib";

/** Layout: PKWARE's APPNOTE 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end). */
export function zipOf(name: string, content: string): Buffer {
  const file = Buffer.from(name);
  const data = Buffer.from(content);
  // Version 2.0, no flags, stored, 1980-01-01 00:00, checksum, sizes, name length, no extra field.
  const common = numbers([20, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [crc32(data), 4], [data.length, 4], [data.length, 4], [file.length, 2], [0, 2]);
  const local = Buffer.concat([numbers([0x04034b50, 4]), common, file, data]);
  const directory = Buffer.concat([numbers([0x02014b50, 4], [20, 2]), common, numbers([0, 2], [0, 2], [0, 2], [0, 4], [0, 4]), file]);
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [1, 2], [1, 2], [directory.length, 4], [local.length, 4], [0, 2]);
  return Buffer.concat([local, directory, end]);
}

function numbers(...fields: [value: number, bytes: number][]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  fields.reduce((offset, [value, bytes]) => buffer.writeUIntLE(value, offset, bytes), 0);
  return buffer;
}
