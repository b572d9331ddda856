namespace FootballPrediction.Simulation;

/// <summary>Who plays whom, and when: everybody twice, once at home, a round each weekend.</summary>
internal static class SeasonCalendar
{
    /// <summary>A short summer: a year of the invented league has 42 weeks.</summary>
    private const int SummerWeeks = 4;

    /// <summary>A Saturday.</summary>
    private static readonly DateTimeOffset FirstSaturday = new(2020, 8, 8, 0, 0, 0, TimeSpan.Zero);

    /// <summary>From midnight on Saturday to the kick-offs of a round, repeated when there are more matches.</summary>
    private static readonly TimeSpan[] KickOffs =
    [
        new(12, 30, 0), new(15, 0, 0), new(15, 0, 0), new(15, 0, 0), new(15, 0, 0), new(15, 0, 0), new(17, 30, 0),
        new(1, 14, 0, 0), new(1, 16, 30, 0), new(2, 20, 0, 0),
    ];

    public static int Rounds(int teams) => 2 * (teams - 1);

    public static DateTimeOffset Start(int season, int teams) => FirstSaturday.AddDays(7 * season * (Rounds(teams) + SummerWeeks));

    /// <summary>The pairings of a round by the circle method: one team stays, the others move round it.</summary>
    public static IEnumerable<Pairing> Round(int season, int round, int teams)
    {
        int moving = teams - 1;
        int turn = round % moving;
        bool returnRound = round >= moving;
        DateTimeOffset saturday = Start(season, teams).AddDays(7 * round);
        for (int i = 0; i < teams / 2; i++)
        {
            int first = i == 0 ? moving : (turn + i) % moving;
            int second = (turn + moving - i) % moving;
            bool swap = (i == 0 ? turn % 2 == 1 : i % 2 == 1) ^ returnRound;
            DateTimeOffset kickOff = saturday + KickOffs[(i + round) % KickOffs.Length];
            yield return swap ? new Pairing(second, first, kickOff) : new Pairing(first, second, kickOff);
        }
    }

    internal readonly record struct Pairing(int Home, int Away, DateTimeOffset KickOff);
}
