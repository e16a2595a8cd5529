package store

var assortment = []Product{
	{SKU: "mug-blue", Title: "Mug, blue", Brand: "Kiln & Co", Material: "stoneware", Price: 1290},
	{SKU: "mug-red", Title: "Mug, red", Brand: "Kiln & Co", Material: "stoneware", Price: 1290},
	{SKU: "mug-glass", Title: "Mug, glass", Brand: "Hyaline", Material: "glass", Price: 990, Withdrawn: true},
	{SKU: "teapot", Title: "Teapot", Brand: "Kiln & Co", Material: "stoneware", Price: 3490},
	{SKU: "teapot-iron", Title: "Teapot, iron", Brand: "Nanbu", Material: "iron", Price: 6900, Withdrawn: true},
	{SKU: "kettle", Title: "Kettle", Brand: "Nanbu", Material: "steel", Price: 4990},
	{SKU: "tray-oak", Title: "Tray, oak", Brand: "Holz", Material: "oak", Price: 2790},
	{SKU: "tray-ash", Title: "Tray, ash", Brand: "Holz", Material: "ash", Price: 2690},
	{SKU: "spoon-set", Title: "Six spoons", Brand: "Nanbu", Material: "steel", Price: 1890},
	{SKU: "tea-green", Title: "Green tea, 250 g", Brand: "Camellia", Material: "tea", Price: 990},
	{SKU: "tea-black", Title: "Black tea, 250 g", Brand: "Camellia", Material: "tea", Price: 890},
	{SKU: "honey", Title: "Honey, 500 g", Brand: "Imkerei Wald", Material: "honey", Price: 750},
}
