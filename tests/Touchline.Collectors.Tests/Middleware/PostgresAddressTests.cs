using Npgsql;
using Touchline.Collectors.Middleware.Postgres;

namespace Touchline.Collectors.Tests.Middleware;

public sealed class PostgresAddressTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("postgresql://watcher@db:5433/league", "db:5433", "watcher", "league", null)]
    [InlineData("postgres://wat%40cher:p%3Aw%20d@db/league", "db:5432", "wat@cher", "league", "p:w d")]
    [InlineData("postgresql://db", "db:5432", "postgres", "postgres", null)]
    public void Parts_of_the_URL_are_unescaped_and_have_the_defaults_of_PostgreSQL(string text, string server, string user, string database, string? password)
    {
        var address = PostgresAddress.TryParse(text, out _)!;
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString(null, Timeout));

        Assert.Equal((server, user, database, password), (address.Server, settings.Username, settings.Database, settings.Password));
        Assert.Equal((3, 3, false), (settings.Timeout, settings.CommandTimeout, settings.Pooling));
    }

    [Fact]
    public void A_password_apart_is_taken_where_the_URL_has_none()
    {
        Assert.Equal("apart", Password("postgresql://a@db/x"));
        Assert.Equal("inside", Password("postgresql://a:inside@db/x"));

        static string? Password(string url) => new NpgsqlConnectionStringBuilder(PostgresAddress.TryParse(url, out _)!.ConnectionString("apart", Timeout)).Password;
    }

    [Fact]
    public void Parameters_are_those_of_libpq()
    {
        var address = PostgresAddress.TryParse("postgresql://db/x?sslmode=verify-full&sslrootcert=%2Fca.pem&application_name=a", out _)!;
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString(null, Timeout));

        Assert.Equal((SslMode.VerifyFull, "/ca.pem", "a"), (settings.SslMode, settings.RootCertificate, settings.ApplicationName));
    }

    [Theory]
    [InlineData("db:5432", "postgresql://user@host:5432/database")]
    [InlineData("mysql://a:secret@db/x", "postgresql://user@host:5432/database")]
    [InlineData("postgresql://a:secret@db/x?sslmod=require", "sslmod")]
    [InlineData("postgresql://a:secret@db/x?sslmode=maybe", "sslmode")]
    public void What_is_wrong_is_said_without_the_password(string text, string part)
    {
        Assert.Null(PostgresAddress.TryParse(text, out var problem));
        Assert.Contains(part, problem);
        Assert.DoesNotContain("secret", problem);
    }
}
