namespace FootballPrediction.League;

/// <summary>An immutable list of the known teams, which finds one by name and suggests the nearest when there is none.</summary>
internal sealed class TeamDirectory
{
    public static readonly TeamDirectory Empty = new([]);

    private readonly Dictionary<string, Team> _byName;

    public TeamDirectory(IEnumerable<Team> teams)
    {
        Teams = [.. teams.OrderBy(team => team.League, StringComparer.Ordinal).ThenBy(team => team.Name, StringComparer.Ordinal)];
        _byName = Teams.ToDictionary(team => team.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<Team> Teams { get; }

    public Team? Find(string name) => _byName.GetValueOrDefault(name.Trim());

    public string? Nearest(string name) => Suggestion.Nearest(name, Teams.Select(team => team.Name));
}
