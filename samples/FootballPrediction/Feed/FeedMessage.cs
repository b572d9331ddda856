namespace FootballPrediction.Feed;

/// <summary>
/// What the provider of fixtures and results sends, unchecked: anything may be missing, wrong, late or said twice.
/// </summary>
/// <param name="Id">The provider's number for the message; a repeated message has the same.</param>
internal abstract record FeedMessage(string Id, string MatchId);

internal sealed record FixtureMessage(
    string Id, string MatchId, string League, string Season, DateTimeOffset KickOff, string? Home, string? Away)
    : FeedMessage(Id, MatchId);

internal sealed record ResultMessage(string Id, string MatchId, int? HomeGoals, int? AwayGoals) : FeedMessage(Id, MatchId);

/// <summary>A message, and when it reached us, in league time.</summary>
internal sealed record FeedDelivery(DateTimeOffset At, FeedMessage Message);

/// <summary>What became of a message.</summary>
internal enum FeedVerdict
{
    Accepted,

    /// <summary>It replaced a result that was known already.</summary>
    Corrected,

    /// <summary>Seen before, or it says what is known already.</summary>
    Duplicate,

    /// <summary>Something is missing.</summary>
    Incomplete,

    /// <summary>Something cannot be true.</summary>
    Invalid,
}

internal static class FeedVerdicts
{
    /// <summary>As metrics and the database have it.</summary>
    public static string Label(FeedVerdict verdict) => verdict switch
    {
        FeedVerdict.Accepted => "accepted",
        FeedVerdict.Corrected => "corrected",
        FeedVerdict.Duplicate => "duplicate",
        FeedVerdict.Incomplete => "incomplete",
        _ => "invalid",
    };
}
