package dev.acsauth.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything public in azure-communication-identity exists here, with the same parameters and results. */
class OfficialSurfaceTest {
    private static final String THEIRS = "com.azure.communication.identity";
    private static final String OURS = "dev.acsauth.azure";
    private static final List<Class<?>> OFFICIAL = List.of(
            com.azure.communication.identity.CommunicationIdentityAsyncClient.class,
            com.azure.communication.identity.CommunicationIdentityClient.class,
            com.azure.communication.identity.CommunicationIdentityClientBuilder.class,
            com.azure.communication.identity.CommunicationIdentityServiceVersion.class,
            com.azure.communication.identity.models.CommunicationTokenScope.class,
            com.azure.communication.identity.models.CommunicationUserIdentifierAndToken.class,
            com.azure.communication.identity.models.GetTokenForTeamsUserOptions.class,
            com.azure.communication.identity.models.IdentityError.class,
            com.azure.communication.identity.models.IdentityErrorResponseException.class);

    private static String renamed(Type type) {
        return type.getTypeName().replace(THEIRS, OURS);
    }

    private static String parameters(Executable executable) {
        return Arrays.stream(executable.getGenericParameterTypes()).map(OfficialSurfaceTest::renamed).collect(Collectors.joining(", ", "(", ")"));
    }

    /** Returns the public members of a class as text, with the official packages' names replaced by ours. */
    private static Set<String> surface(Class<?> type) {
        Set<String> found = new TreeSet<>();
        Class<?> above = type.getSuperclass();
        if (above != null) {
            found.add("extends " + renamed(type.getGenericSuperclass()));
        }
        Arrays.stream(type.getGenericInterfaces()).forEach(each -> found.add("implements " + renamed(each)));
        Stream.of(type.getDeclaredConstructors()).filter(made -> Modifier.isPublic(made.getModifiers()))
                .forEach(made -> found.add("new " + parameters(made)));
        Stream.of(type.getDeclaredFields()).filter(field -> Modifier.isPublic(field.getModifiers()))
                .forEach(field -> found.add((Modifier.isStatic(field.getModifiers()) ? "static " : "") + field.getName() + ": "
                        + renamed(field.getGenericType())));
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                found.add((Modifier.isStatic(method.getModifiers()) ? "static " : "") + method.getName() + parameters(method) + ": "
                        + renamed(method.getGenericReturnType()));
            }
        }
        return found;
    }

    @Test
    void everyPublicMemberIsHere() throws Exception {
        List<String> missing = new ArrayList<>();
        int count = 0;
        for (Class<?> official : OFFICIAL) {
            Set<String> ours = surface(Class.forName(official.getName().replace(THEIRS, OURS)));
            Set<String> theirs = surface(official);
            count += theirs.size();
            theirs.stream().filter(member -> !ours.contains(member)).forEach(member -> missing.add(official.getSimpleName() + " " + member));
        }
        assertEquals(List.of(), missing);
        assertTrue(count > 80, count + " members");
    }

    @Test
    void everyPublicClassIsLookedAt() throws Exception {
        java.net.URI jar = OFFICIAL.get(0).getProtectionDomain().getCodeSource().getLocation().toURI();
        try (java.util.jar.JarFile file = new java.util.jar.JarFile(new java.io.File(jar))) {
            Set<String> listed = OFFICIAL.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
            Set<String> there = new TreeSet<>();
            for (String name : file.stream().map(java.util.jar.JarEntry::getName).toList()) {
                if (name.endsWith(".class") && !name.contains("/implementation/") && !name.startsWith("module-info")) {
                    Class<?> type = Class.forName(name.replace('/', '.').replaceFirst("\\.class$", ""), false, getClass().getClassLoader());
                    if (Modifier.isPublic(type.getModifiers())) {
                        there.add(type.getName());
                    }
                }
            }
            assertEquals(listed, there);
        }
    }
}
