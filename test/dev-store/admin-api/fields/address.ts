import type { Address } from "../../model.ts";
import { provinceName } from "../../places.ts";
import type { Fields } from "../context.ts";
import { gid } from "../gid.ts";

const countries = new Intl.DisplayNames("en", { type: "region" });

export function countryName(code: string | null): string | null {
  return code === null ? null : (countries.of(code) ?? code);
}

function fullName(address: Address): string | null {
  return `${address.firstName} ${address.lastName}`.trim() || null;
}

function formattedArea(address: Address): string | null {
  const place = [address.city, address.provinceCode].filter(Boolean).join(" ");
  return [place, countryName(address.countryCode)].filter(Boolean).join(", ") || null;
}

export const addressFields: Fields = {
  id: ({ id }: Address) => `${gid("MailingAddress", id)}?model_name=CustomerAddress`,
  address1: (address: Address) => address.address1 || null,
  address2: () => null,
  city: (address: Address) => address.city || null,
  company: () => null,
  coordinatesValidated: () => false,
  country: (address: Address) => countryName(address.countryCode),
  countryCode: (address: Address) => address.countryCode,
  countryCodeV2: (address: Address) => address.countryCode,
  firstName: (address: Address) => address.firstName || null,
  lastName: (address: Address) => address.lastName || null,
  name: fullName,
  formatted: (address: Address, { withName }: { withName?: boolean | null }) =>
    [withName === true ? fullName(address) : null, address.address1, `${address.city} ${address.zip}`.trim()]
      .concat(countryName(address.countryCode))
      .filter(Boolean),
  formattedArea,
  latitude: () => null,
  longitude: () => null,
  phone: (address: Address) => address.phone,
  province: (address: Address) => provinceName(address.countryCode, address.provinceCode),
  provinceCode: (address: Address) => address.provinceCode,
  timeZone: () => null,
  validationResultSummary: () => null,
  zip: (address: Address) => address.zip || null,
};
