using FootballPrediction.Feed;
using FootballPrediction.League;
using FootballPrediction.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FootballPrediction.Tests.Feed;

public sealed class FeedIngesterTests : IAsyncLifetime
{
    private static readonly DateTimeOffset KickOff = new(2024, 8, 10, 15, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ended = KickOff.AddHours(2.5);

    private StoreUnderTest _store = null!;
    private FeedIngester _ingester = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await StoreUnderTest.SqliteAsync();
        _ingester = new FeedIngester(_store.Matches, _store.Feed, _store.Serving, NullLogger<FeedIngester>.Instance);
        await IngestAsync(KickOff.AddDays(-7), Fixture("m1/f", "m1", "Arsenal", "Fulham"));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_result_becomes_known()
    {
        Assert.Equal(1, await IngestAsync(Ended, new ResultMessage("r1", "m1", 2, 1)));

        Match match = await MatchAsync();
        Assert.Equal(new Score(2, 1), match.Score);
        Assert.Equal(Ended, match.ResultReceivedAt);
        Assert.Equal(2, await VerdictsAsync("accepted"));
    }

    [Fact]
    public async Task A_repeated_message_counts_as_duplicate_within_a_batch_and_later()
    {
        ResultMessage result = new("r1", "m1", 2, 1);
        Assert.Equal(1, await IngestAsync(Ended, result, result));
        Assert.Equal(0, await IngestAsync(Ended.AddHours(1), result));

        Assert.Equal(2, await VerdictsAsync("duplicate"));
        Assert.Equal(Ended, (await MatchAsync()).ResultReceivedAt);
    }

    [Fact]
    public async Task The_same_result_under_another_number_is_a_duplicate()
    {
        await IngestAsync(Ended, new ResultMessage("r1", "m1", 2, 1));
        Assert.Equal(0, await IngestAsync(Ended, new ResultMessage("r2", "m1", 2, 1)));
        Assert.Equal(1, await VerdictsAsync("duplicate"));
    }

    [Fact]
    public async Task Another_result_corrects_the_first()
    {
        await IngestAsync(Ended, new ResultMessage("r1", "m1", 2, 1));
        Assert.Equal(1, await IngestAsync(Ended.AddHours(1), new ResultMessage("r2", "m1", 2, 2)));

        Assert.Equal(new Score(2, 2), (await MatchAsync()).Score);
        Assert.Equal(1, await VerdictsAsync("corrected"));
    }

    [Fact]
    public async Task A_repeated_message_does_not_undo_its_correction()
    {
        ResultMessage mistaken = new("r1", "m1", 2, 1);
        await IngestAsync(Ended, mistaken);
        await IngestAsync(Ended.AddHours(1), new ResultMessage("r2", "m1", 2, 2));
        Assert.Equal(0, await IngestAsync(Ended.AddHours(2), mistaken));

        Assert.Equal(new Score(2, 2), (await MatchAsync()).Score);
        Assert.Equal(1, await VerdictsAsync("duplicate"));
    }

    [Fact]
    public async Task Half_a_result_is_incomplete_and_changes_nothing()
    {
        Assert.Equal(0, await IngestAsync(Ended, new ResultMessage("r1", "m1", 2, null), new ResultMessage("r2", "m1", null, 1)));

        Assert.False((await MatchAsync()).Played);
        Assert.Equal(2, await VerdictsAsync("incomplete"));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 99)]
    public async Task An_impossible_score_is_invalid(int home, int away)
    {
        Assert.Equal(0, await IngestAsync(Ended, new ResultMessage("r1", "m1", home, away)));

        Assert.False((await MatchAsync()).Played);
        Assert.Equal(1, await VerdictsAsync("invalid"));
    }

    [Fact]
    public async Task A_result_before_the_final_whistle_is_invalid()
    {
        await IngestAsync(KickOff.AddHours(1), new ResultMessage("r1", "m1", 1, 0));
        Assert.Equal(1, await VerdictsAsync("invalid"));
    }

    [Fact]
    public async Task A_result_of_an_unknown_match_is_invalid()
    {
        await IngestAsync(Ended, new ResultMessage("r1", "m9", 1, 0));
        Assert.Equal(1, await VerdictsAsync("invalid"));
    }

    [Fact]
    public async Task Fixtures_without_or_with_twice_the_same_team_are_refused()
    {
        await IngestAsync(KickOff, Fixture("f2", "m2", "Arsenal", " "), Fixture("f3", "m3", "Arsenal", "Arsenal"));

        Assert.Equal(1, await VerdictsAsync("incomplete"));
        Assert.Equal(1, await VerdictsAsync("invalid"));
        Assert.Null(await _store.Matches.FindAsync("m2", CancellationToken.None));
    }

    [Fact]
    public async Task A_moved_fixture_is_a_correction()
    {
        await IngestAsync(KickOff.AddDays(-1), Fixture("f4", "m1", "Arsenal", "Fulham") with { KickOff = KickOff.AddDays(3) });

        Assert.Equal(KickOff.AddDays(3), (await MatchAsync()).KickOff);
        Assert.Equal(1, await VerdictsAsync("corrected"));
    }

    [Fact]
    public async Task Fixture_and_result_of_one_batch_are_taken_in_order()
    {
        Assert.Equal(1, await IngestAsync(Ended, Fixture("f5", "m5", "Everton", "Wolves"), new ResultMessage("r5", "m5", 0, 0)));
        Assert.Equal(new Score(0, 0), (await _store.Matches.FindAsync("m5", CancellationToken.None))!.Score);
    }

    [Fact]
    public async Task A_batch_that_failed_halfway_can_be_given_again()
    {
        // Results are written first: this is the state that a crash before the messages are marked leaves behind.
        await _store.Matches.SaveAsync([(await MatchAsync()) with { Score = new Score(2, 1), ResultReceivedAt = Ended }], CancellationToken.None);

        await IngestAsync(Ended.AddMinutes(1), new ResultMessage("r1", "m1", 2, 1));

        Assert.Equal(new Score(2, 1), (await MatchAsync()).Score);
        Assert.Equal(Ended, (await MatchAsync()).ResultReceivedAt);
    }

    private static FixtureMessage Fixture(string id, string match, string home, string away) =>
        new(id, match, "L", "1", KickOff, home, away);

    private Task<int> IngestAsync(DateTimeOffset now, params FeedMessage[] messages) =>
        _ingester.IngestAsync([.. messages.Select(message => new FeedDelivery(now, message))], CancellationToken.None);

    private async Task<Match> MatchAsync() => (await _store.Matches.FindAsync("m1", CancellationToken.None))!;

    private async Task<int> VerdictsAsync(string verdict)
    {
        string text = await MetricsText.OfAsync(_store.Serving);
        return (int)(MetricsText.Value(text, $"feed_messages_total{{verdict=\"{verdict}\"}}") ?? 0);
    }
}
