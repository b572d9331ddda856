namespace FootballPrediction.Storage;

/// <summary>Single values that outlive the process, such as how far the season has come.</summary>
internal sealed class SettingsTable(Database database)
{
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        List<string> found = await database.QueryAsync(
            "find_setting", "SELECT value FROM settings WHERE name = @name", [new("name", name)], reader => reader.GetString(0), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public Task SaveAsync(string name, string value, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "save_setting",
            "INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [new("name", name), new("value", value)],
            cancellationToken);
}
