using System.Buffers;
using System.Text;
using Touchline.Collectors.Middleware.Postgres;

namespace Touchline.Collectors.Tests.Middleware;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("work_mem", "4", "kB", "integer", "pg_settings_work_mem_bytes{server=\"s\"} 4096")]
    [InlineData("shared_buffers", "3", "8kB", "integer", "pg_settings_shared_buffers_bytes{server=\"s\"} 24576")]
    [InlineData("statement_timeout", "1500", "ms", "integer", "pg_settings_statement_timeout_seconds{server=\"s\"} 1.5")]
    [InlineData("log_rotation_age", "2", "min", "integer", "pg_settings_log_rotation_age_seconds{server=\"s\"} 120")]
    [InlineData("autovacuum_work_mem", "-1", "kB", "integer", "pg_settings_autovacuum_work_mem_bytes{server=\"s\"} -1")]
    [InlineData("pg_stat_statements.track_planning", "off", "", "bool", "pg_settings_pg_stat_statements_track_planning{server=\"s\"} 0")]
    [InlineData("jit", "on", "", "bool", "pg_settings_jit{server=\"s\"} 1")]
    public void Parameters_are_in_base_units(string name, string setting, string unit, string kind, string line) => Assert.Contains(line, Lines(name, setting, unit, kind));

    [Theory]
    [InlineData("parsecs")]
    [InlineData("8")]
    public void A_unit_that_is_not_known_leaves_the_parameter_out(string unit) => Assert.Empty(Lines("future", "1", unit, "integer"));

    private static string[] Lines(params string[] row)
    {
        var text = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(text, TextMetricFormat.Prometheus);
        PostgresSettings.Write(writer, [row], "s");
        writer.Complete();
        return Encoding.UTF8.GetString(text.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
