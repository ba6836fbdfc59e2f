// Reads and checks the checkout's form: who pays, and the address.

import type { NewAddress } from "../commands/customer.ts";
import type { Customer, ShopState } from "../model.ts";
import type { Visit } from "../storefront/visit.ts";

export type Contact = {
  email: string;
  first_name: string;
  last_name: string;
  address1: string;
  zip: string;
  city: string;
  country: string;
};

export function contactOf(shop: ShopState, { shopper }: Visit): Contact {
  const nobody = { email: "", first_name: "", last_name: "", address1: "", zip: "", city: "", country: shop.country };
  if (shopper === null) return nobody;
  const email = shopper.email ?? "";
  const address = shopper.addresses.find(({ id }) => id === shopper.defaultAddressId);
  if (address === undefined) return { ...nobody, email, first_name: shopper.firstName, last_name: shopper.lastName };
  return {
    email,
    first_name: address.firstName,
    last_name: address.lastName,
    address1: address.address1,
    zip: address.zip,
    city: address.city,
    country: address.countryCode ?? shop.country,
  };
}

export function readContact(before: Contact, form: URLSearchParams): Contact {
  const read = (name: keyof Contact): string => form.get(name)?.trim() ?? before[name];
  return {
    email: read("email"),
    first_name: read("first_name"),
    last_name: read("last_name"),
    address1: read("address1"),
    zip: read("zip"),
    city: read("city"),
    country: read("country"),
  };
}

export function faultIn(contact: Contact): string {
  if (!/^\S+@\S+\.\S+$/.test(contact.email)) return "Enter a valid e-mail";
  if (contact.last_name === "") return "Enter a last name";
  return contact.address1 === "" || contact.city === "" ? "Enter an address" : "";
}

export function addressOf(contact: Contact): NewAddress {
  return {
    firstName: contact.first_name,
    lastName: contact.last_name,
    address1: contact.address1,
    city: contact.city,
    zip: contact.zip,
    provinceCode: null,
    countryCode: contact.country,
    phone: null,
  };
}

/** The customer with that e-mail, signed in or not. The order will belong to this customer. */
export function customerWith(shop: ShopState, visit: Visit, email: string): Customer | null {
  if (visit.shopper) return visit.shopper;
  const wanted = email.toLowerCase();
  if (wanted === "") return null;
  for (const customer of shop.customers.values()) if (customer.email?.toLowerCase() === wanted) return customer;
  return null;
}
