package dev.journey.checkout;

import checkout.CheckoutRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The items that can be bought and their prices. */
public class Catalogue {

    private Map<Integer, Integer> prices = Map.of();
    private int mostItems;

    /** Sets how many items a basket may have. It has no default: a basket is never without a limit. */
    public void setMostItems(int mostItems) {
        this.mostItems = mostItems;
    }

    /**
     * Sets the price of each item, a line each: {@code id: price}.
     *
     * @throws IllegalArgumentException if a line is not that, a price is negative or an item is there twice
     */
    public void setPrices(String lines) {
        Map<Integer, Integer> read = new HashMap<>();
        lines.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] entry = line.split(":");
            if (entry.length != 2
                    || !entry[0].strip().matches("-?\\d+")
                    || !entry[1].strip().matches("\\d+")) {
                throw new IllegalArgumentException(
                        "In the catalogue stands '" + line.strip() + "'; a line must be 'id: price', such as '1: 199'");
            }
            if (read.put(Integer.valueOf(entry[0].strip()), Integer.valueOf(entry[1].strip())) != null) {
                throw new IllegalArgumentException("In the catalogue, item " + entry[0].strip() + " has two prices");
            }
        });
        prices = Map.copyOf(read);
    }

    /** The price of each item, by its id. */
    public Map<Integer, Integer> prices() {
        return prices;
    }

    /**
     * Prices a basket.
     *
     * @throws BasketSizeException if it is empty, or larger than may be
     * @throws UnknownItemException if an item is not in the catalogue
     * @throws ArithmeticException if the sum is more than an int holds
     * @throws IllegalStateException if it is not set how many items a basket may have
     */
    public Order order(CheckoutRequest basket) {
        if (mostItems == 0) {
            throw new IllegalStateException("The catalogue needs mostItems, how many items a basket may have");
        }
        List<Integer> items = basket.getItemsIDList();
        if (items.isEmpty() || items.size() > mostItems) {
            throw new BasketSizeException(items.size());
        }
        return new Order(items, totalAmount(items));
    }

    /**
     * The sum of the items' prices, each as often as it is in the list.
     *
     * @throws UnknownItemException if an item is not in the catalogue
     * @throws ArithmeticException if the sum is more than an int holds
     */
    public int totalAmount(List<Integer> items) {
        int total = 0;
        for (Integer item : items) {
            Integer price = prices.get(item);
            if (price == null) {
                throw new UnknownItemException(item);
            }
            total = Math.addExact(total, price);
        }
        return total;
    }
}
