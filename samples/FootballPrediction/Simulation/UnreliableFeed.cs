using System.Globalization;
using FootballPrediction.Feed;
using FootballPrediction.League;

namespace FootballPrediction.Simulation;

/// <summary>
/// The provider between the stadium and the service. Like real ones it is sometimes late, says things twice, forgets half
/// of a result, sends nonsense that it corrects later, and once in a while never says how a match ended.
/// </summary>
internal sealed class UnreliableFeed(int seed)
{
    private const double LateShare = 0.08;
    private const double TwiceShare = 0.05;
    private const double IncompleteShare = 0.04;
    private const double NonsenseShare = 0.02;
    private const double LostShare = 0.005;

    /// <summary>How long before a season's first kick-off its fixtures are announced.</summary>
    private static readonly TimeSpan Announcement = TimeSpan.FromDays(10);

    private readonly Random _random = new(seed ^ 0xFEED);

    /// <summary>What will be delivered about a season, in order of delivery.</summary>
    public IReadOnlyList<FeedDelivery> Deliver(IReadOnlyList<Match> season)
    {
        List<FeedDelivery> deliveries = [];
        DateTimeOffset announced = season[0].KickOff - Announcement;
        foreach (Match match in season)
        {
            FixtureMessage fixture = new($"{match.Id}/f", match.Id, match.League, match.Season, match.KickOff, match.Home, match.Away);
            Add(deliveries, announced, fixture);
            AddResult(deliveries, match);
        }

        return [.. deliveries.OrderBy(delivery => delivery.At)];
    }

    private void AddResult(List<FeedDelivery> deliveries, Match match)
    {
        Score score = match.Score!.Value;
        DateTimeOffset at = match.KickOff + Match.Duration + Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(50));
        int part = 0;
        if (Happens(LateShare))
        {
            at += Between(TimeSpan.FromHours(7), TimeSpan.FromDays(3));
        }

        if (Happens(IncompleteShare))
        {
            Add(deliveries, at, Happens(0.5) ? Result(score.Home, null) : Result(null, score.Away));
            at += Between(TimeSpan.FromHours(3), TimeSpan.FromHours(36));
        }

        if (Happens(NonsenseShare))
        {
            Add(deliveries, at, Happens(0.5) ? Result(-1, score.Away) : Result(score.Home, 99));
            at += Between(TimeSpan.FromHours(1), TimeSpan.FromHours(12));
        }

        if (!Happens(LostShare))
        {
            Add(deliveries, at, Result(score.Home, score.Away));
        }

        ResultMessage Result(int? home, int? away)
        {
            part++;
            return new ResultMessage(string.Create(CultureInfo.InvariantCulture, $"{match.Id}/r{part}"), match.Id, home, away);
        }
    }

    private void Add(List<FeedDelivery> deliveries, DateTimeOffset at, FeedMessage message)
    {
        deliveries.Add(new FeedDelivery(at, message));
        if (Happens(TwiceShare))
        {
            deliveries.Add(new FeedDelivery(at + Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(2)), message));
        }
    }

    private bool Happens(double share) => _random.NextDouble() < share;

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());
}
