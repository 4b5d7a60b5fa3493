package io.signalbox.transports.delivery;

/**
 * What a later owner of a session has to know about a message that an earlier one did not settle.
 *
 * @param id the delivery id it had, 0 for none
 * @param offered false if it had arrived and no subscriber has seen it, whatever the engine says
 */
public record Remembered(int id, int deliveryCount, boolean offered) {}
