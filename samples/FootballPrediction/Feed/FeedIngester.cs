using FootballPrediction.League;
using FootballPrediction.Metrics;
using FootballPrediction.Storage;

namespace FootballPrediction.Feed;

/// <summary>Checks what the feed says against what is known, keeps what is new and true, and counts the rest.</summary>
internal sealed class FeedIngester(MatchTable matches, FeedTable feed, ServiceMetrics metrics, ILogger<FeedIngester> logger)
{
    /// <summary>
    /// Takes a batch, in order. What it keeps is written before the batch is marked as seen, and writing it twice changes
    /// nothing: a batch that was interrupted can simply be given again.
    /// </summary>
    /// <returns>How many results became known or changed.</returns>
    public async Task<int> IngestAsync(IReadOnlyList<FeedDelivery> batch, CancellationToken cancellationToken)
    {
        HashSet<string> seen = await feed.FindSeenAsync(batch.Select(delivery => delivery.Message.Id).Distinct(), cancellationToken);
        Dictionary<string, Match> known = await matches.FindAllAsync(batch.Select(delivery => delivery.Message.MatchId).Distinct(), cancellationToken);
        Dictionary<string, Match> touched = [];
        List<(string Id, DateTimeOffset ReceivedAt, FeedVerdict Verdict)> verdicts = [];
        int results = 0;
        foreach ((DateTimeOffset at, FeedMessage message) in batch)
        {
            bool repeated = !seen.Add(message.Id);
            (FeedVerdict verdict, Match? changed, string? reason) = repeated
                ? new Judgement(FeedVerdict.Duplicate, null, null)
                : Judge(message, known.GetValueOrDefault(message.MatchId), at);
            if (changed is not null)
            {
                known[changed.Id] = touched[changed.Id] = changed;
                results += changed.Played ? 1 : 0;
            }

            if (!repeated)
            {
                verdicts.Add((message.Id, at, verdict));
            }

            if (reason is not null && logger.IsEnabled(LogLevel.Debug))
            {
                logger.LogDebug("Feed message {Id} about {MatchId} is {Verdict}: {Reason}", message.Id, message.MatchId, verdict, reason);
            }

            metrics.FeedMessageReceived(verdict);
        }

        await matches.SaveAsync(touched.Values, cancellationToken);
        await feed.SaveAsync(verdicts, cancellationToken);
        return results;
    }

    private static Judgement Judge(FeedMessage message, Match? known, DateTimeOffset at) => message switch
    {
        FixtureMessage fixture => JudgeFixture(fixture, known),
        ResultMessage result => JudgeResult(result, known, at),
        _ => new Judgement(FeedVerdict.Invalid, null, "neither a fixture nor a result"),
    };

    private static Judgement JudgeFixture(FixtureMessage fixture, Match? known)
    {
        if (string.IsNullOrWhiteSpace(fixture.Home) || string.IsNullOrWhiteSpace(fixture.Away))
        {
            return new Judgement(FeedVerdict.Incomplete, null, "a team is missing");
        }

        if (fixture.Home == fixture.Away)
        {
            return new Judgement(FeedVerdict.Invalid, null, "a team cannot play itself");
        }

        Match announced = new(fixture.MatchId, fixture.League, fixture.Season, fixture.KickOff, fixture.Home, fixture.Away);
        if (known is null)
        {
            return new Judgement(FeedVerdict.Accepted, announced, null);
        }

        return known.Played || known.KickOff == fixture.KickOff
            ? new Judgement(FeedVerdict.Duplicate, null, "known already")
            : new Judgement(FeedVerdict.Corrected, announced, "moved");
    }

    private static Judgement JudgeResult(ResultMessage result, Match? known, DateTimeOffset at)
    {
        if (known is null)
        {
            return new Judgement(FeedVerdict.Invalid, null, "no such match");
        }

        if (result is not { HomeGoals: { } home, AwayGoals: { } away })
        {
            return new Judgement(FeedVerdict.Incomplete, null, "goals are missing");
        }

        if (home is < 0 or > Score.MostPlausibleGoals || away is < 0 or > Score.MostPlausibleGoals)
        {
            return new Judgement(FeedVerdict.Invalid, null, $"{home}-{away} is no football score");
        }

        if (at < known.KickOff + Match.Duration)
        {
            return new Judgement(FeedVerdict.Invalid, null, "the match cannot have ended yet");
        }

        Score score = new(home, away);
        if (known.Score == score)
        {
            return new Judgement(FeedVerdict.Duplicate, null, "known already");
        }

        FeedVerdict verdict = known.Played ? FeedVerdict.Corrected : FeedVerdict.Accepted;
        return new Judgement(verdict, known with { Score = score, ResultReceivedAt = known.ResultReceivedAt ?? at }, null);
    }

    private readonly record struct Judgement(FeedVerdict Verdict, Match? Changed, string? Reason);
}
