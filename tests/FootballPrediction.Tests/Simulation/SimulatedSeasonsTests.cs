using FootballPrediction.Feed;
using FootballPrediction.League;
using FootballPrediction.Simulation;

namespace FootballPrediction.Tests.Simulation;

public sealed class SimulatedSeasonsTests
{
    [Fact]
    public void Every_team_plays_every_other_once_at_home_and_once_a_round()
    {
        for (int round = 0; round < 38; round++)
        {
            List<SeasonCalendar.Pairing> pairings = [.. SeasonCalendar.Round(0, round, 20)];
            Assert.Equal(20, pairings.SelectMany(pairing => new[] { pairing.Home, pairing.Away }).Distinct().Count());
        }

        List<(int, int)> all = [.. Enumerable.Range(0, 38).SelectMany(round => SeasonCalendar.Round(0, round, 20)).Select(p => (p.Home, p.Away))];
        Assert.Equal(380, all.Distinct().Count());
    }

    [Fact]
    public void Home_matches_are_spread_over_both_halves_of_the_season()
    {
        int[] atHome = new int[20];
        foreach (SeasonCalendar.Pairing pairing in Enumerable.Range(0, 19).SelectMany(round => SeasonCalendar.Round(0, round, 20)))
        {
            atHome[pairing.Home]++;
        }

        Assert.All(atHome, count => Assert.InRange(count, 8, 11));
    }

    [Fact]
    public void Equal_seeds_play_equal_seasons_and_others_do_not()
    {
        Assert.Equal(new SeasonSimulator(7).PlaySeason(), new SeasonSimulator(7).PlaySeason());
        Assert.NotEqual(new SeasonSimulator(7).PlaySeason(), new SeasonSimulator(8).PlaySeason());
    }

    [Fact]
    public void Goals_are_what_football_has()
    {
        SeasonSimulator simulator = new(11);
        List<Match> matches = [.. Enumerable.Range(0, 10).SelectMany(_ => simulator.PlaySeason())];

        Assert.InRange(matches.Average(match => match.Score!.Value.Home + match.Score.Value.Away), 2.2, 3.2);
        Assert.InRange(matches.Average(match => match.Score!.Value.Outcome == Outcome.Home ? 1.0 : 0), 0.38, 0.52);
        Assert.InRange(matches.Average(match => match.Score!.Value.Outcome == Outcome.Draw ? 1.0 : 0), 0.2, 0.32);
    }

    [Fact]
    public void The_feed_is_late_doubled_incomplete_wrong_and_silent_now_and_then()
    {
        IReadOnlyList<Match> season = new SeasonSimulator(7).PlaySeason();
        IReadOnlyList<FeedDelivery> deliveries = new UnreliableFeed(7).Deliver(season);
        Dictionary<string, Match> matches = season.ToDictionary(match => match.Id);
        List<(FeedDelivery Delivery, ResultMessage Result)> results =
            [.. deliveries.Where(delivery => delivery.Message is ResultMessage).Select(delivery => (delivery, (ResultMessage)delivery.Message))];

        Assert.Contains(results, result => result.Delivery.At > matches[result.Result.MatchId].KickOff.AddHours(9));
        Assert.Contains(results.GroupBy(result => result.Result.Id), same => same.Count() > 1);
        Assert.Contains(results, result => result.Result.HomeGoals is null || result.Result.AwayGoals is null);
        Assert.Contains(results, result => result.Result.HomeGoals is < 0 or 99 || result.Result.AwayGoals is < 0 or 99);
        Assert.All(results, result => Assert.True(result.Delivery.At > matches[result.Result.MatchId].KickOff + Match.Duration));

        // Once in a while a result never comes; here most do, and those are right.
        int right = results.Where(result => result.Result is { HomeGoals: { } home, AwayGoals: { } away }
            && matches[result.Result.MatchId].Score == new Score(home, away)).Select(result => result.Result.MatchId).Distinct().Count();
        Assert.InRange(right, 365, 380);
    }

    [Fact]
    public void Resuming_goes_on_exactly_where_it_was()
    {
        SimulatedSeasons throughout = SimulatedSeasons.FromStart(7);
        DateTimeOffset stopped = throughout.Start.AddDays(400);
        throughout.PeekDue(stopped);
        throughout.RemoveDue(stopped);

        SimulatedSeasons resumed = SimulatedSeasons.Resume(7, stopped);

        DateTimeOffset later = stopped.AddDays(100);
        Assert.NotEmpty(resumed.PeekDue(later));
        Assert.Equal(throughout.PeekDue(later), resumed.PeekDue(later));
    }

    [Fact]
    public void What_is_due_stays_due_until_it_is_removed()
    {
        SimulatedSeasons seasons = SimulatedSeasons.FromStart(7);
        DateTimeOffset now = seasons.Start.AddDays(3);

        Assert.Equal(seasons.PeekDue(now), seasons.PeekDue(now));
        seasons.RemoveDue(now);
        Assert.Empty(seasons.PeekDue(now));
    }

    [Fact]
    public void The_feed_never_ends()
    {
        SimulatedSeasons seasons = SimulatedSeasons.FromStart(7);
        DateTimeOffset now = seasons.Start.AddDays(3000);
        seasons.PeekDue(now);
        seasons.RemoveDue(now);

        Assert.NotEmpty(seasons.PeekDue(now.AddDays(90)).Select(delivery => delivery.Message).OfType<ResultMessage>());
    }
}
