"""The header lines of platform exports, whole, as files of real shops carry them (the rows of tests are invented)."""

from __future__ import annotations

from typing import Final

WOOCOMMERCE_ANALYTICS: Final = (
    "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),"
    "Net Sales,Attribution"
)
WOOCOMMERCE_ADVANCED: Final = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),"
    "Company (Billing),Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),"
    "Country Code (Billing),Email (Billing),Phone (Billing),First Name (Shipping),Last Name (Shipping),"
    "Address 1&2 (Shipping),City (Shipping),State Code (Shipping),Postcode (Shipping),"
    "Country Code (Shipping),Item #,SKU,Name,Product Variation,Quantity,Quantity (- Refund),Item Cost,"
    "Order Line (w/o tax),Order Line Tax,Order Line Total,Order Line Total Refunded,"
    "Order Line Total (- Refund),Image URL,Coupon Code,Discount Amount,Discount Amount Tax,"
    "Payment Method Title,Coupons Used,Cart Discount Amount,Order Subtotal Amount,Order Tax Amount,"
    "Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,Total items,"
    "Total products"
)
SKYVERGE: Final = (
    "order_id,order_number,order_number_formatted,date,status,shipping_total,shipping_tax_total,fee_total,"
    "fee_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,payment_method,"
    "shipping_method,customer_id,billing_first_name,billing_last_name,billing_company,billing_email,"
    "billing_phone,billing_address_1,billing_address_2,billing_postcode,billing_city,billing_state,"
    "billing_country,shipping_first_name,shipping_last_name,shipping_address_1,shipping_address_2,"
    "shipping_postcode,shipping_city,shipping_state,shipping_country,shipping_company,customer_note,"
    "line_items,shipping_items,fee_items,tax_items,coupon_items,refunds,order_notes,"
    "download_permissions_granted"
)
SKYVERGE_ITEMS: Final = (
    "order_id,order_number,order_number_formatted,date,status,shipping_total,shipping_tax_total,fee_total,"
    "fee_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,payment_method,"
    "shipping_method,customer_id,billing_first_name,billing_last_name,billing_company,billing_email,"
    "billing_phone,billing_address_1,billing_address_2,billing_postcode,billing_city,billing_state,"
    "billing_country,shipping_first_name,shipping_last_name,shipping_address_1,shipping_address_2,"
    "shipping_postcode,shipping_city,shipping_state,shipping_country,shipping_company,customer_note,item_id,"
    "item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,"
    "item_total_tax,item_refunded,item_refunded_qty,item_meta,shipping_items,fee_items,tax_items,"
    "coupon_items,order_notes,download_permissions_granted"
)
SKYVERGE_IMPORT: Final = (
    "id,order_number,order_number_formatted,created_at,status,total,total_shipping,cart_tax,shipping_tax,"
    "total_discount,total_refunded,payment_method,currency,customer_user,billing_first_name,"
    "billing_last_name,billing_company,billing_email,billing_phone,billing_address_1,billing_address_2,"
    "billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,shipping_last_name,"
    "shipping_address_1,shipping_address_2,shipping_postcode,shipping_city,shipping_state,shipping_country,"
    "shipping_company,note,line_items,shipping_lines,tax_lines,fee_lines,coupon_lines,refunds,order_notes"
)
SKYVERGE_LEGACY: Final = (
    "order_id,order_number_formatted,order_number,date,status,order_shipping,order_shipping_tax,order_fees,"
    "order_fee_tax,order_tax,discount_total,order_total,payment_method,shipping_method,customer_user,"
    "billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,billing_address_1,"
    "billing_address_2,billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,"
    "shipping_last_name,shipping_address_1,shipping_address_2,shipping_postcode,shipping_city,shipping_state,"
    "shipping_country,shipping_company,order_item_1,order_item_2,order_item_3,order_notes,"
    "download_permissions_granted"
)
WOOCOMMERCE_ROWS: Final = (
    "order_number,order_date,paid_date,completed_date,status,payment_method,payment_method_title,"
    "order_currency,shipping_total,tax_total,discount_total,order_total,customer_email,customer_note,"
    "billing_first_name,billing_last_name,billing_company,billing_address_1,billing_address_2,billing_city,"
    "billing_state,billing_postcode,billing_country,billing_phone,billing_email,shipping_first_name,"
    "shipping_last_name,shipping_company,shipping_address_1,shipping_address_2,shipping_city,shipping_state,"
    "shipping_postcode,shipping_country,product_name,sku,quantity,item_total"
)
WEBTOFFEE_COLUMNS: Final = (
    "order_id,order_number,order_date,paid_date,status,shipping_total,shipping_tax_total,fee_total,"
    "fee_tax_total,tax_total,cart_discount,order_discount,discount_total,order_total,order_currency,"
    "payment_method,payment_method_title,customer_id,customer_user,customer_email,billing_first_name,"
    "billing_last_name,billing_email,billing_phone,billing_city,billing_state,billing_country,shipping_city,"
    "shipping_state,shipping_country,customer_note,shipping_items,fee_items,tax_items,coupon_items,"
    "refund_items,order_notes,line_item_1,line_item_2"
)
WOOCOMMERCE_PRODUCTS: Final = (
    "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,"
    "Date sale price starts,Date sale price ends,Tax status,Tax class,In stock?,Stock,Backorders allowed?,"
    "Sold individually?,Weight (lbs),Length (in),Width (in),Height (in),Allow customer reviews?,"
    "Purchase note,Sale price,Regular price,Categories,Tags,Shipping class,Images,Download limit,"
    "Download expiry days,Parent,Grouped products,Upsells,Cross-sells,External URL,Button text,Position"
)
SQUARESPACE: Final = (
    "Order ID,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,"
    "Taxes,Amount Refunded,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Lineitem variant,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Address1,Billing Address2,Billing City,Billing Zip,"
    "Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Address1,Shipping Address2,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Cancelled at,Private Notes,"
    "Payment Method,Payment Reference"
)
WIX: Final = (
    "Order number,Date created,Time,Fulfill by,Total order quantity,Contact email,Note from customer,"
    "Additional checkout info,Item,Variant,SKU,Qty,Quantity refunded,Price,Weight,Custom text,Deposit amount,"
    "Delivery method,Delivery time,Recipient name,Recipient phone,Recipient company name,Delivery country,"
    "Delivery state,Delivery state name,Delivery city,Delivery address,Delivery zip/postal code,Billing name,"
    "Billing phone,Billing company name,Billing country,Delivery state,Delivery state name,Delivery city,"
    "Delivery address,Delivery zip/postal code,Payment status,Payment method,Coupon code,Gift card amount,"
    "Shipping rate,Total tax,Total,Currency,Refunded amount,Net amount,Additional fees,Fulfillment status,"
    "Tracking number,Fulfillment service,Shipping label"
)
ETSY_ITEMS: Final = (
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,"
    "Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,"
    "Ship Name,Ship Address1,Ship Address2,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,"
    "Variations,Order Type,Listings Type,Payment Type,InPerson Discount,InPerson Location,VAT Paid by Buyer,"
    "SKU"
)
ETSY_ORDERS: Final = (
    "Sale Date,Order ID,Buyer User ID,Full Name,First Name,Last Name,Number of Items,Payment Method,"
    "Date Shipped,Street 1,Street 2,Ship City,Ship State,Ship Zipcode,Ship Country,Currency,Order Value,"
    "Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Shipping,Sales Tax,Order Total,Status,"
    "Card Processing Fees,Order Net,Adjusted Order Total,Adjusted Card Processing Fees,"
    "Adjusted Net Order Amount,Buyer,Order Type,Payment Type,InPerson Discount,InPerson Location,SKU"
)
ETSY_STATEMENT: Final = "Date,Type,Title,Info,Currency,Amount,Fees & Taxes,Net,Tax Details"
MAGENTO: Final = (
    "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),"
    "Status,Billing Address,Shipping Address,Shipping Information,Customer Email,Customer Group,Subtotal,"
    "Shipping and Handling,Customer Name,Payment Method,Total Refunded,Allocated sources,"
    "Pickup Location Code,Braintree Transaction Source,Dispute State"
)
BIGCOMMERCE: Final = (
    "Order ID,Order Date,Delivery Date,Order Status,Order Total,Cart Base Amount,Tax Total,Shipping Total,"
    "Refund Amount,Payment Method,First Name,Last Name,Email Address,Phone,Billing Street 1,Billing City,"
    "Billing State,Billing Country,IP Address,Customer Message,Staff Notes"
)
BIGCOMMERCE_DEFAULT: Final = (
    "Order ID,Customer ID,Customer Name,Customer Email,Customer Phone,Order Date,Order Time,Order Status,"
    "Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),"
    "Order Total (inc tax),Order Total (ex tax),Ship Method,Payment Method,Total Quantity,Total Shipped,"
    "Date Shipped,Order Currency Code,Exchange Rate,Order Notes,Customer Message,Billing First Name,"
    "Billing Last Name,Shipping City,Shipping State,Shipping Country,Product Details,Combined Product Weight"
)

# Headers of other platforms' exports, by what they are.
OTHERS: Final = {
    "Shopify orders": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
        "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
        "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,"
        "Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
        "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
        "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
        "Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,"
        "Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,"
        "Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,"
        "Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,"
        "Payment References"
    ),
    "Shopify orders, old": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
        "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
        "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,"
        "Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
        "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
        "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
        "Cancelled at"
    ),
    "Shopify orders, 73 columns": (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
        "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
        "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,"
        "Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
        "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
        "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
        "Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,"
        "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,"
        "Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Duties,Billing Province Name,Shipping Province Name,"
        "Payment Terms Name,Next Payment Due At"
    ),
    "Shopify customers": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
        "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
        "Total Spent,Total Orders,Note,Tax Exempt,Tags"
    ),
    "Shopify customers, old": (
        "First Name,Last Name,Email,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,"
        "Zip,Phone,Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt"
    ),
    "Shopify transactions": "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type",
    "Shopify payouts": (
        "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,"
        "Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency"
    ),
    "Amazon orders": (
        ""
        "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\torder-channel\turl\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\tis-business-order\tpurchase-order-number\tprice-designation"
    ),
    "Amazon payments": (
        "date/time,settlement id,type,order id,sku,description,quantity,marketplace,account type,fulfillment,"
        "order city,order state,order postal,tax collection model,product sales,product sales tax,"
        "shipping credits,shipping credits tax,gift wrap credits,giftwrap credits tax,Regulatory Fee,"
        "Tax On Regulatory Fee,promotional rebates,promotional rebates tax,marketplace withheld tax,selling fees,"
        "fba fees,other transaction fees,other,total"
    ),
    "eBay orders": (
        "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,Buyer Address 1,"
        "Buyer Address 2,Buyer City,Buyer State,Buyer Zip,Buyer Country,Ship To Name,Ship To Phone,"
        "Ship To Address 1,Ship To Address 2,Ship To City,Ship To State,Ship To Zip,Ship To Country,Item Number,"
        "Item Title,Custom Label,Sold Via Promoted Listings,Quantity,Sold For,Shipping And Handling,"
        "Seller Collected Tax,eBay Collected Tax,Total Price,eBay Collected Tax Included in Total,Payment Method,"
        "Sale Date,Paid On Date,Ship By Date,Minimum Estimated Delivery Date,Maximum Estimated Delivery Date,"
        "Shipped On Date,Feedback Left,Feedback Received,My Item Note,PayPal Transaction ID,Shipping Service"
    ),
    "eBay transactions": (
        "Transaction creation date,Type,Order number,Legacy order ID,Buyer username,Buyer name,Ship to city,"
        "Net amount,Payout currency,Item subtotal,Shipping and handling,Gross transaction amount,"
        "Transaction currency,Exchange rate,Reference ID,Description"
    ),
    "Square transactions": (
        "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,"
        "Partial Refunds,Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,"
        "Other Tender Type,Other Tender Note,Fees,Net Total,Transaction ID,Payment ID,Card Brand,PAN Suffix,"
        "Device Name,Staff Name,Staff ID,Details,Description,Event Type,Location,Dining Option,Customer ID,"
        "Customer Name,Customer Reference ID"
    ),
    "Square items": (
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
        "Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,"
        "Customer ID,Customer Name,Customer Reference ID"
    ),
    "Stripe payments": (
        "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,"
        "Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,"
        "Customer Description,Customer Email,Captured,Card ID,Card Last4,Card Brand,Card Funding,Card Exp Month,"
        "Card Exp Year,Card Name,Card Address Line1,Card Issue Country,Card Fingerprint,Disputed Amount,"
        "Dispute Status,Dispute Reason,Dispute Date (UTC),Dispute Evidence Due (UTC),Invoice …"
    ),
    "Stripe customers": (
        "id,Email,Name,Phone,Description,Created (UTC),Default Card,Card Number,Card Last 4,Card Type,"
        "Card Country,Currency,Delinquent,Total Spend"
    ),
    "PayPal": (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,"
        "Transaction ID,Shipping Address,Address Status,Item Title,Item ID,Shipping and Handling Amount,"
        "Insurance Amount,Sales Tax,Option 1 Name,Option 1 Value,Option 2 Name,Option 2 Value,Reference Txn ID,"
        "Invoice Number,Custom Number,Quantity,Receipt ID,Balance,Address Line 1,"
        "Address Line 2/District/Neighborhood,Town/City,"
        "State/Province/Region/County/Territory/Prefecture/Republic,Zip/Postal Code,Country,Contact Phone Number,"
        "Subject,Note,Country Code,Balance Impact"
    ),
    "Klaviyo profiles": (
        "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,"
        "State / Region,Country,Zip Code,Latitude,Longitude,Source,IP Address,Email Marketing Consent,"
        "Email Marketing Consent Timestamp,Historic Customer Lifetime Value,Total Customer Lifetime Value,"
        "Predicted Customer Lifetime Value,Average Order Value,Historic Number Of Orders,First Active,"
        "Last Active,Profile Created On,Date Added,Last Open,Last Click,Average Days Between Orders,"
        "Email Suppressions"
    ),
    "Klaviyo campaigns": (
        "Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,"
        "Placed Order Rate,Revenue,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,"
        "Unsubscribes,Spam Complaints,Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Campaign ID,"
        "Campaign Channel"
    ),
    "Mailchimp": (
        "Email Address,First Name,Last Name,…>,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
        "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
    ),
    "GA4": (
        "Session primary channel group (Default Channel Group),Sessions,Engaged sessions,Engagement rate,"
        "Key events,Total revenue"
    ),
    "Meta ads": (
        "Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Campaign delivery,Attribution setting,"
        "Results,Result indicator,Reach,Frequency,Cost per results,Amount spent (USD),Impressions,"
        "CPM (cost per 1,000 impressions) (USD),Link clicks,CPC (cost per link click) (USD),"
        "CTR (link click-through rate),Clicks (all),CTR (all),CPC (all) (USD),Landing page views"
    ),
    "Google ads": (
        "Campaign status,Campaign,Budget,Budget name,Budget type,Currency code,Status,Status reasons,"
        "Optimization score,Campaign type,Bid strategy type,Impr.,Clicks,CTR,Avg. CPC,Cost,Conversions,"
        "Conv. value"
    ),
    "Gumroad": (
        "Purchase ID,Item Name,Buyer Name,Purchase Email,Purchase Date,Purchase Time (UTC timezone),Subtotal ($),"
        "Taxes ($),Shipping ($),Sale Price ($),Fees ($),Net Total ($),Refunded?,Partial Refund ($),"
        "Fully Refunded?,Discount Code,Country,Quantity"
    ),
    "TikTok Shop": (
        "Order/adjustment ID,Type,Order created time,Order settled time,Currency,Total settlement amount,Total revenue"
    ),
    "Faire": "Order Number,Order Date,Retailer Name,Product Name,SKU,Quantity,Wholesale Price,Retail Price,Status",
    "Olist orders": (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
    ),
    "Olist items": "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
    "Online Retail": "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
    "Shopify products": (
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,"
        "Variant SKU,Variant Grams,Variant Price,Variant Compare At Price,Image Src,Gift Card,Cost per item,"
        "Status"
    ),
    "plain orders": "order_id,order_date,customer_email,product,quantity,price,total",
    "plain order totals": "Order ID,Order Date,Order Status,Email,Total",
}
