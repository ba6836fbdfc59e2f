// Places for the generated addresses, and the names of provinces for payloads.

export type Place = { country: string; province: string; provinceName: string; city: string; zip: string };

const TABLE = `
GB|ENG|England|London|E1 6AN
GB|ENG|England|Leicester|LE4 5PJ
GB|ENG|England|Manchester|M1 4BT
GB|ENG|England|Bristol|BS1 4DJ
GB|ENG|England|Birmingham|B18 6EE
GB|SCT|Scotland|Edinburgh|EH1 2NG
GB|SCT|Scotland|Glasgow|G1 3SL
GB|WLS|Wales|Cardiff|CF10 1DD
GB|NIR|Northern Ireland|Belfast|BT1 5GS
IN|GJ|Gujarat|Ahmedabad|380001
IN|GJ|Gujarat|Surat|395003
IN|GJ|Gujarat|Vadodara|390001
IN|PB|Punjab|Amritsar|143001
IN|PB|Punjab|Ludhiana|141001
IN|MH|Maharashtra|Mumbai|400001
IN|MH|Maharashtra|Pune|411001
IN|DL|Delhi|New Delhi|110001
IN|KA|Karnataka|Bengaluru|560001
IN|WB|West Bengal|Darjeeling|734101
US|NY|New York|New York|10001
US|NY|New York|Brooklyn|11201
US|CA|California|San Francisco|94103
US|CA|California|Los Angeles|90012
US|OR|Oregon|Portland|97205
US|WA|Washington|Seattle|98101
US|TX|Texas|Austin|78701
US|IL|Illinois|Chicago|60601
US|NJ|New Jersey|Edison|08817
CA|ON|Ontario|Brampton|L6Y 4W2
CA|BC|British Columbia|Surrey|V3T 1V8
CA|QC|Quebec|Montréal|H2X 1Y6
FR|||Paris|75011
FR|||Lyon|69002
FR|||Bordeaux|33000
DE|||Berlin|10115
DE|||Hamburg|20095
IE|D|Dublin|Dublin|D02 X285
AU|NSW|New South Wales|Sydney|2000
AU|VIC|Victoria|Melbourne|3000
NL|||Amsterdam|1012 AB`;

export const PLACES: Place[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [country = "", province = "", provinceName = "", city = "", zip = ""] = line.split("|");
    return { country, province, provinceName, city, zip };
  });

const names = new Map(PLACES.map((place) => [`${place.country} ${place.province}`, place.provinceName]));

/** The code itself if the name is not known. */
export function provinceName(country: string | null, code: string | null): string | null {
  return code === null ? null : (names.get(`${country} ${code}`) ?? code);
}
