/**
 * General purpose bucket naming rules of the Amazon S3 User Guide: 3 to 63 characters, no reserved prefix or
 * suffix, no IP address. ARNs, access point aliases and directory buckets would be sent to other hosts and
 * accounts, so they are no names here. Buckets named before 2018 against these rules (us-east-1) are listed only.
 */
export const BUCKET_NAME = /^(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)(?!.*(\.\.|(--x-s3|-s3alias|--ol-s3|--table-s3|\.mrap)$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
