/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import static dev.plumbline.feeds.pocket.Aspect.many;
import static dev.plumbline.feeds.pocket.Aspect.one;
import static dev.plumbline.feeds.pocket.Trait.FOOD;
import static dev.plumbline.feeds.pocket.Trait.GEAR;
import static dev.plumbline.feeds.pocket.Trait.PEOPLE;
import static dev.plumbline.feeds.pocket.Trait.PLACE;
import static dev.plumbline.feeds.pocket.Trait.STORY;

import java.util.ArrayList;
import java.util.List;

/**
 * What a review can be about. In openers {@code {name}} and {@code {when}} stand for what the
 * prompt fills in; facts take no side and hold no phrase that counts.
 *
 * @param title how a name is introduced
 * @param names of the things reviewed
 * @param openers forms of prompts
 * @param aspects what is judged; at least two for each sentence of a review
 * @param facts sentences that don't judge; at least one for each sentence of a review
 */
record ReviewKind(
    String title,
    List<String> names,
    List<String> openers,
    List<Aspect> aspects,
    List<String> facts) {
  static final ReviewKind CAFE =
      new ReviewKind(
          "the %s Cafe",
          Names.PLACES,
          List.of(
              "Review of {name}:",
              "A friend took me to {name}.",
              "I had lunch at {name} {when}.",
              "We met at {name} {when}.",
              "My visit to {name} {when}:"),
          List.of(
              one("coffee", FOOD),
              one("soup", FOOD),
              many("cakes", FOOD),
              one("lunch", FOOD),
              one("waiter", PEOPLE),
              many("staff", PEOPLE),
              one("terrace", PLACE),
              one("back room", PLACE)),
          List.of(
              "It opens at nine.",
              "It stands near the old bridge.",
              "We sat by the window.",
              "I ordered coffee and soup.",
              "There are twelve tables.",
              "You can pay by card.",
              "The menu changes every week.",
              "We stayed for an hour."));

  static final ReviewKind HOTEL =
      new ReviewKind(
          "the %s Hotel",
          Names.PLACES,
          List.of(
              "Review of {name}:",
              "Notes from {name}:",
              "I stayed at {name} {when}.",
              "We spent two nights at {name} {when}.",
              "My stay at {name} {when}:"),
          List.of(
              one("room", PLACE),
              one("bathroom", PLACE),
              one("lobby", PLACE),
              one("breakfast", FOOD),
              one("dinner", FOOD),
              many("staff", PEOPLE),
              one("porter", PEOPLE),
              one("bed", GEAR)),
          List.of(
              "It has forty rooms.",
              "It stands near the station.",
              "We slept on the third floor.",
              "Breakfast starts at seven.",
              "You can pay by card.",
              "The bus stops at the door.",
              "I booked it by phone.",
              "We stayed for two nights."));

  static final ReviewKind FILM =
      new ReviewKind(
          "the film %s",
          Names.films(),
          List.of(
              "Review of {name}:",
              "My sister chose {name}.",
              "I saw {name} {when}.",
              "We watched {name} {when}.",
              "My thoughts on {name}, seen {when}:"),
          List.of(
              one("plot", STORY),
              one("ending", STORY),
              one("acting", STORY),
              one("opening scene", STORY),
              many("songs", STORY),
              many("costumes", STORY),
              one("cinema", PLACE),
              many("ushers", PEOPLE)),
          List.of(
              "It lasts two hours.",
              "It is set in a small town.",
              "We sat in the third row.",
              "It was made in one summer.",
              "My sister joined me.",
              "It follows two brothers.",
              "The tickets were sold by phone.",
              "It starts with a letter."));

  static final ReviewKind BOOK =
      new ReviewKind(
          "the book %s",
          Names.books(),
          List.of(
              "Review of {name}:",
              "My brother lent me {name}.",
              "I read {name} {when}.",
              "I finished {name} {when}.",
              "My thoughts on {name}, read {when}:"),
          List.of(
              one("story", STORY),
              one("ending", STORY),
              one("dialogue", STORY),
              one("first chapter", STORY),
              many("characters", STORY),
              many("letters", STORY),
              one("hero", PEOPLE),
              one("binding", GEAR)),
          List.of(
              "It has thirty chapters.",
              "It is set in a small town.",
              "I read it on the train.",
              "It follows two sisters.",
              "The cover shows a map.",
              "It was written in one summer.",
              "I borrowed it for a week.",
              "It starts with a storm."));

  static final ReviewKind BIKE =
      new ReviewKind(
          "the %s bike",
          Names.bikes(),
          List.of(
              "Review of {name}:",
              "My brother lent me {name}.",
              "I bought {name} {when}.",
              "We tried {name} {when}.",
              "My ride on {name} {when}:"),
          List.of(
              many("brakes", GEAR),
              many("gears", GEAR),
              many("lights", GEAR),
              one("saddle", GEAR),
              one("frame", GEAR),
              one("chain", GEAR),
              one("seller", PEOPLE),
              one("shop", PLACE)),
          List.of(
              "It has eight gears.",
              "It comes in blue and red.",
              "I rode it to the lake.",
              "It weighs twelve kilos.",
              "We rode for two hours.",
              "The tyres are black.",
              "I keep it in the hall.",
              "It came with a bell."));

  static final ReviewKind MUSEUM =
      new ReviewKind(
          "the %s Museum",
          Names.PLACES,
          List.of(
              "Review of {name}:",
              "Our class went to {name}.",
              "I visited {name} {when}.",
              "We toured {name} {when}.",
              "My visit to {name} {when}:"),
          List.of(
              one("main hall", PLACE),
              one("garden", PLACE),
              many("side rooms", PLACE),
              one("guide", PEOPLE),
              many("guards", PEOPLE),
              one("exhibition", STORY),
              one("tour", STORY),
              one("soup", FOOD)),
          List.of(
              "It opens at ten.",
              "It stands near the old bridge.",
              "The tour takes an hour.",
              "There are nine rooms.",
              "You can pay by card.",
              "My sister joined me.",
              "We came by bus.",
              "It shows maps and ships."));

  static final List<ReviewKind> ALL = List.of(CAFE, HOTEL, FILM, BOOK, BIKE, MUSEUM);

  /** Every text that opens a review of this kind. */
  List<String> openings() {
    List<String> openings = new ArrayList<>();
    for (String name : names) {
      for (String opener : openers) {
        String named = opener.replace("{name}", title.formatted(name));
        if (named.contains("{when}")) {
          Names.TIMES.forEach(time -> openings.add(named.replace("{when}", time)));
        } else {
          openings.add(named);
        }
      }
    }
    return openings;
  }
}
