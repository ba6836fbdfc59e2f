import type { Address, Customer } from "../model.ts";
import { provinceName } from "../places.ts";
import { exact } from "./serialise.ts";

const regions = new Intl.DisplayNames(["en"], { type: "region" });

export function countryName(code: string | null): string | null {
  return code === null ? null : (regions.of(code) ?? code);
}

export function customerAddress(customer: Customer, address: Address): unknown {
  const country = countryName(address.countryCode);
  return {
    id: exact(address.id),
    customer_id: exact(customer.id),
    first_name: address.firstName,
    last_name: address.lastName,
    company: null,
    address1: address.address1,
    address2: null,
    city: address.city,
    province: provinceName(address.countryCode, address.provinceCode),
    country,
    zip: address.zip,
    phone: address.phone,
    name: `${address.firstName} ${address.lastName}`.trim(),
    province_code: address.provinceCode,
    country_code: address.countryCode,
    country_name: country,
    default: address.id === customer.defaultAddressId,
  };
}

export function orderAddress(address: Address): unknown {
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: address.phone,
    city: address.city,
    zip: address.zip,
    province: provinceName(address.countryCode, address.provinceCode),
    country: countryName(address.countryCode),
    last_name: address.lastName,
    address2: null,
    company: null,
    latitude: null,
    longitude: null,
    name: `${address.firstName} ${address.lastName}`.trim(),
    country_code: address.countryCode,
    province_code: address.provinceCode,
  };
}
