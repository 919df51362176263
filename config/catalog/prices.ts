/**
 * List prices for estimates (H10): AWS's pricing pages for US East (N. Virginia), on demand, Linux. Compared on
 * 2026-11-25 with several public tables made from AWS's Price List; t2.small differs by 1 % from the doubling below. Other
 * regions cost up to some sixty per cent more: an estimate says which region's price it used.
 */

export const PRICE_REGION = "us-east-1";
const HOURS = 730;

/** Dollars an hour of the smallest size listed, which doubles with each size (Amazon EC2 On-Demand Pricing). */
const FAMILIES: Readonly<Record<string, { readonly from: Size; readonly to: Size; readonly hour: number }>> = {
  t2: { from: "nano", to: "2xlarge", hour: 0.0058 },
  t3: { from: "nano", to: "2xlarge", hour: 0.0052 },
  t3a: { from: "nano", to: "2xlarge", hour: 0.0047 },
  t4g: { from: "nano", to: "2xlarge", hour: 0.0042 },
  m5: { from: "large", to: "2xlarge", hour: 0.096 },
  m6i: { from: "large", to: "2xlarge", hour: 0.096 },
  m6g: { from: "large", to: "2xlarge", hour: 0.077 },
  m7g: { from: "large", to: "2xlarge", hour: 0.0816 },
  m7i: { from: "large", to: "2xlarge", hour: 0.1008 },
  c5: { from: "large", to: "2xlarge", hour: 0.085 },
  c6i: { from: "large", to: "2xlarge", hour: 0.085 },
  c6g: { from: "large", to: "2xlarge", hour: 0.068 },
  c7g: { from: "large", to: "2xlarge", hour: 0.0725 },
  r5: { from: "large", to: "2xlarge", hour: 0.126 },
  r6i: { from: "large", to: "2xlarge", hour: 0.126 },
  r6g: { from: "large", to: "2xlarge", hour: 0.1008 },
};
const SIZES = ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"] as const;
type Size = (typeof SIZES)[number];

/** Dollars a GiB and month (Amazon EBS Pricing); provisioned IOPS and throughput are not in it. */
const VOLUMES: Readonly<Record<string, number>> = { gp3: 0.08, gp2: 0.1, io1: 0.125, io2: 0.125, st1: 0.045, sc1: 0.015, standard: 0.05 };
const SNAPSHOT = 0.05;

/** Null: not in the table; a change of it has no estimate. */
export function instanceMonthlyUsd(type: string): number | null {
  const [name = "", size = ""] = type.split(".");
  const family = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
  const [at, first, last] = [SIZES.indexOf(size as Size), SIZES.indexOf(family?.from ?? "nano"), SIZES.indexOf(family?.to ?? "nano")];
  return family && at >= first && at <= last ? cents(family.hour * 2 ** (at - first) * HOURS) : null;
}

export function volumeMonthlyUsd(type: string, gib: number): number | null {
  const price = Object.hasOwn(VOLUMES, type) ? VOLUMES[type] : undefined;
  return price === undefined ? null : cents(price * gib);
}

/** The most it can cost: AWS bills the blocks that hold data. */
export function snapshotMonthlyUsd(gib: number): number {
  return cents(SNAPSHOT * gib);
}

const cents = (dollars: number) => Math.round(dollars * 100) / 100;
