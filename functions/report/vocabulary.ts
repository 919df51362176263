/** Names with digits that claim nothing: of services, of protocols, of regions. Pure. */

const NAMES = new RegExp(
  `^(?:${[
    "s3s?|ec2s?|route-?53|db2|ses?v2|apigatewayv2|(?:nlb|elb|elasticloadbalancing|waf|cognito|api)v[12]",
    "imdsv[12]|ipv[46]|imds-?v[12]|oauth-?2(?:\\.0)?|http/?[123](?:\\.[01])?|x\\.?509|tls-?v?1\\.[0-3]|ssl-?v[23]|saml-?2(?:\\.0)?|smb-?v?[123]|nfs-?v?[34]",
    "aes-?(?:128|192|256)|sha-?(?:1|256|384|512)|md5|rsa-?(?:1024|2048|3072|4096)|ed25519|sse-s3|utf-?8|base64|iso-?8601",
    "x86|x86_64|arm64|amd64|k8s|log4j|l[347]",
    "(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9][a-f]?",
  ].join("|")})$`,
  "i",
);

/** "S3", "S3-compatible", "IMDSv2-only": the name, or words around it that have no digit. */
export function isVocabulary(word: string): boolean {
  return NAMES.test(word) || word.split("-").every((part) => !/\p{N}/u.test(part) || NAMES.test(part));
}
