namespace FootballPrediction.League;

/// <summary>The final score of a match.</summary>
internal readonly record struct Score(int Home, int Away)
{
    /// <summary>More goals than any first-class match has seen; a feed that says otherwise is wrong.</summary>
    public const int MostPlausibleGoals = 30;

    public Outcome Outcome => Home > Away ? Outcome.Home : Home < Away ? Outcome.Away : Outcome.Draw;

    public override string ToString() => $"{Home}-{Away}";
}

internal enum Outcome
{
    Home,
    Draw,
    Away,
}

/// <summary>A fixture, with its score once it is known.</summary>
internal sealed record Match(
    string Id,
    string League,
    string Season,
    DateTimeOffset KickOff,
    string Home,
    string Away,
    Score? Score = null,
    DateTimeOffset? ResultReceivedAt = null)
{
    /// <summary>Ninety minutes, the interval and stoppage time: before this the feed cannot know the result.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromHours(2);

    public bool Played => Score is not null;
}

/// <summary>A team, in the league it was last seen in.</summary>
internal sealed record Team(string Name, string League);
