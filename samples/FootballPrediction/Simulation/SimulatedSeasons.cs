using FootballPrediction.Feed;
using FootballPrediction.League;

namespace FootballPrediction.Simulation;

/// <summary>
/// The invented league seen from the service: an archive of the past, then a feed that goes on for ever. Nothing but the
/// seed and the time is needed to go on after a restart.
/// </summary>
internal sealed class SimulatedSeasons
{
    /// <summary>Seasons in the archive: enough to fit the models before the first match is predicted.</summary>
    private const int ArchivedSeasons = 2;

    private readonly SeasonSimulator _simulator;
    private readonly UnreliableFeed _feed;
    private readonly Queue<FeedDelivery> _pending = new();
    private DateTimeOffset _nextSeasonNeeded;

    private SimulatedSeasons(int seed)
    {
        _simulator = new SeasonSimulator(seed);
        _feed = new UnreliableFeed(seed);
        for (int season = 0; season < ArchivedSeasons; season++)
        {
            Archive.AddRange(_simulator.PlaySeason());
        }

        AnnounceSeason();
        Start = SeasonCalendar.Start(ArchivedSeasons, HiddenLeague.TeamNames.Count).AddHours(-12);
    }

    /// <summary>The seasons before the first one that is followed, complete.</summary>
    public List<Match> Archive { get; } = [];

    /// <summary>Where the clock stands at the very first start: the noon before the first kick-off.</summary>
    public DateTimeOffset Start { get; }

    public static SimulatedSeasons FromStart(int seed) => new(seed);

    /// <summary>Leaves out what was delivered up to <paramref name="delivered"/>.</summary>
    public static SimulatedSeasons Resume(int seed, DateTimeOffset delivered)
    {
        SimulatedSeasons seasons = new(seed);
        while (seasons.PeekDue(delivered).Count > 0)
        {
            seasons.RemoveDue(delivered);
        }

        return seasons;
    }

    /// <summary>What the feed hands over up to <paramref name="now"/>; it stays due until it is removed.</summary>
    public IReadOnlyList<FeedDelivery> PeekDue(DateTimeOffset now)
    {
        while (now >= _nextSeasonNeeded)
        {
            AnnounceSeason();
        }

        return [.. _pending.TakeWhile(delivery => delivery.At <= now)];
    }

    public void RemoveDue(DateTimeOffset now)
    {
        while (_pending.TryPeek(out FeedDelivery? next) && next.At <= now)
        {
            _pending.Dequeue();
        }
    }

    private void AnnounceSeason()
    {
        IReadOnlyList<Match> season = _simulator.PlaySeason();

        // Late results of one season come before the fixtures of the next are announced, so the queue stays in order.
        foreach (FeedDelivery delivery in _feed.Deliver(season))
        {
            _pending.Enqueue(delivery);
        }

        _nextSeasonNeeded = season[^1].KickOff.AddDays(8);
    }
}
