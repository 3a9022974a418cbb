# Builds programs from the prefix, and again after it was moved. Each program signs a request and creates a user.

for how in pkg-config-make static cmake meson meson-static; do
    check "$how, from the prefix" "${clean[@]}" tests/c/consumers/consume "$how" "$prefix"
done

moved=$scratch/moved
mv "$prefix" "$moved"
for how in pkg-config-make static cmake meson; do
    check "$how, from the moved prefix" "${clean[@]}" tests/c/consumers/consume "$how" "$moved"
done
mv "$moved" "$prefix"
