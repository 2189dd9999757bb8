package dev.journey.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import checkout.CheckoutRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    private final Catalogue catalogue = new Catalogue();

    @Test
    void addsUpThePricesOfTheItems() {
        catalogue.setPrices("1: 199\n2:349\n\n");

        assertThat(catalogue.totalAmount(List.of(1, 2, 1))).isEqualTo(747);
    }

    @Test
    void refusesAnItemThatItDoesNotHave() {
        catalogue.setPrices("1: 199");

        assertThatExceptionOfType(UnknownItemException.class)
                .isThrownBy(() -> catalogue.totalAmount(List.of(1, 99)))
                .withMessageContaining("99");
    }

    @Test
    void refusesABasketThatIsEmptyOrTooLarge() {
        catalogue.setPrices("1: 199");
        catalogue.setMostItems(2);

        assertThat(catalogue.order(basket(1, 1)).totalAmount()).isEqualTo(398);
        assertThatExceptionOfType(BasketSizeException.class).isThrownBy(() -> catalogue.order(basket()));
        assertThatExceptionOfType(BasketSizeException.class).isThrownBy(() -> catalogue.order(basket(1, 1, 1)));
    }

    @Test
    void takesNoBasketWithoutALimit() {
        catalogue.setPrices("1: 199");

        assertThatIllegalStateException().isThrownBy(() -> catalogue.order(basket(1)));
    }

    @Test
    void neverAnswersWithASumThatDoesNotFit() {
        catalogue.setPrices("1: " + Integer.MAX_VALUE);

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> catalogue.totalAmount(List.of(1, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1: x", "one: 1", "1: -1", "1: 1: 1", "1: 1\n1: 2", "1: 2147483648"})
    void refusesALineThatIsNoPrice(String lines) {
        assertThatIllegalArgumentException().isThrownBy(() -> catalogue.setPrices(lines));
    }

    private static CheckoutRequest basket(Integer... items) {
        return CheckoutRequest.newBuilder().addAllItemsID(List.of(items)).build();
    }
}
