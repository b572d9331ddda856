using System.Globalization;
using FootballPrediction.League;

namespace FootballPrediction.Simulation;

/// <summary>Plays the invented league season by season. Equal seeds play equal seasons.</summary>
internal sealed class SeasonSimulator(int seed)
{
    private readonly HiddenLeague _league = new(seed);
    private readonly Random _random = new(seed ^ 0x5EA50);
    private int _season;

    /// <summary>The next season's matches with their scores, in order of kick-off.</summary>
    public IReadOnlyList<Match> PlaySeason()
    {
        int teams = HiddenLeague.TeamNames.Count;
        string season = (_season + 1).ToString(CultureInfo.InvariantCulture);
        List<Match> matches = [];
        for (int round = 0; round < SeasonCalendar.Rounds(teams); round++)
        {
            int number = 0;
            foreach ((int home, int away, DateTimeOffset kickOff) in SeasonCalendar.Round(_season, round, teams))
            {
                number++;
                string id = string.Create(CultureInfo.InvariantCulture, $"sim-{season}-{round + 1:00}-{number:00}");
                Score score = _league.Truth(home, away).Sample(_random.NextDouble());
                matches.Add(new Match(
                    id, HiddenLeague.Name, season, kickOff, HiddenLeague.TeamNames[home], HiddenLeague.TeamNames[away], score));
            }

            _league.PassWeek();
        }

        _season++;
        return [.. matches.OrderBy(match => match.KickOff).ThenBy(match => match.Id, StringComparer.Ordinal)];
    }
}
